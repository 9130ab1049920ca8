"""Reports: plain content turned into Word, Excel and CSV files."""
