//! One HTTP client for all: TLS, proxy, authentication, limits, redaction.
