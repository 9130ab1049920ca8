"""What both doors share: the app, one transaction a request, errors, language, look."""
