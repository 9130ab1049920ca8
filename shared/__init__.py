"""What both doors of Niềm Nở, the kiosk and the staff side, share."""
