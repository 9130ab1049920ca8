"""What both doors stand on: rules, tables, services, figures."""
