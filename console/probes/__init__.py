"""One module a step: HELP, `arguments(parser)`, `run(options)`."""
