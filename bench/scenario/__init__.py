"""Five campaigns from start to signed report, over generated years of data."""
