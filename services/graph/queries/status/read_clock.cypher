// The server's clock, in seconds since 1970. No parameters.
RETURN datetime.realtime().epochMillis / 1000.0 AS seconds
