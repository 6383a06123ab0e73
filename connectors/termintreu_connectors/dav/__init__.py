"""The WebDAV and CalDAV protocol in parts: bodies, multistatus answers, hrefs, discovery, synchronisation, writing."""
