//! What people type or paste: its limits, what must never reach the disk, and what screens may show.
