"""Long and timed work, outside the web workers: spreadsheet, word and picture modules load here."""
