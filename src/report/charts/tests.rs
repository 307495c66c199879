//! What the charts hold, read from their SVG.

use super::*;
