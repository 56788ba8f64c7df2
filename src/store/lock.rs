//! A lock on a file that ends with its value.
//!
//! A lock belongs to the open file and not to the process: a program that another thread is starting has every
//! descriptor until it runs, and with them every lock. Closing the file leaves the lock with that child for a moment;
//! taking it off does not.

use std::fs::{File, TryLockError};
use std::io;
use std::ops::{Deref, DerefMut};

/// An open file, locked until it is dropped.
#[derive(Debug)]
pub(super) struct Locked(File);

impl Locked {
    /// Alone, once everybody else has let go.
    pub(super) fn wait(file: File) -> io::Result<Self> {
        file.lock()?;
        Ok(Self(file))
    }

    /// Alone, if nobody holds it.
    pub(super) fn alone(file: File) -> Result<Self, TryLockError> {
        file.try_lock()?;
        Ok(Self(file))
    }

    /// Beside others that only look, if nobody holds it alone.
    pub(super) fn beside(file: File) -> Result<Self, TryLockError> {
        file.try_lock_shared()?;
        Ok(Self(file))
    }
}

impl Deref for Locked {
    type Target = File;

    fn deref(&self) -> &File {
        &self.0
    }
}

impl DerefMut for Locked {
    fn deref_mut(&mut self) -> &mut File {
        &mut self.0
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        // Where it cannot be taken off, the end of the last descriptor does it.
        let _ = self.0.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_ends_with_its_value_although_somebody_has_a_copy_of_the_descriptor() {
        let folder = tempfile::tempdir().unwrap();
        let open = || File::create(folder.path().join("lock")).unwrap();
        for take in [|file| Locked::wait(file).unwrap(), |file| Locked::alone(file).unwrap()] {
            let held = take(open());
            let copy = held.try_clone().unwrap();
            assert!(matches!(Locked::alone(open()), Err(TryLockError::WouldBlock)));
            assert!(matches!(Locked::beside(open()), Err(TryLockError::WouldBlock)));
            drop(held);
            drop(Locked::beside(open()).unwrap());
            drop(Locked::alone(open()).unwrap());
            drop(copy);
        }
    }
}
