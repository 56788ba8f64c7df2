//! A week of three people on three machines that are connected now and then.
