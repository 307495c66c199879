//! The embedded GitHub-shaped server.
