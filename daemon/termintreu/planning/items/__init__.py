"""Our own items as iCalendar has them: rendered, read back, and matched with what is remembered of them."""
