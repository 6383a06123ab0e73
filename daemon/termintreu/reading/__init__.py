"""From what servers and folders answer to occurrences: accounts, mirrors, call logs, iCalendar, vCards."""
