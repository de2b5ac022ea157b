//! carafe's stand-in host, as tests use it: the client of its control interface.
