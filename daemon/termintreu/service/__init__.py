"""Who runs cycles, and when: the daemon, workers, the scheduler, due times, the status socket, systemd."""
