//! What a remote can do to those who use it: be written anew, full, shut, something else, gone.
