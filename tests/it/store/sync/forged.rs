//! What somebody who may write to the remote puts there that no casebook would.
