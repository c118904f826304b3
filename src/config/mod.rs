//! Configuration: schema, layers, errors with file, line and column, secrets, theme.
