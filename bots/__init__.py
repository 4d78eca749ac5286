"""Where everything meets: settings, application, command line, turns, delivery and timers."""
