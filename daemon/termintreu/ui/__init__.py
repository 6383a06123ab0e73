"""What people see and type: the command line, the web page, the demo."""
