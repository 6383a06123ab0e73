"""OAuth 2 as a client on somebody's own machine (RFC 6749, RFC 8252): where a server's endpoints are (`metadata`), the
two ways to log in (`browser`, `device`), and what is asked of the token endpoint (`tokens`).

What differs from one provider to the next is a `Provider`. Nothing is kept here: `kept_login` does that.
"""
