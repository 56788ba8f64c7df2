//! Evidence on its way into a backup, held against its name: damage is told, and never taken for saved.

use std::path::Path;

use super::copying::Copying;
use crate::store::error::StoreError;
use crate::store::locate::Address;
use crate::store::measure::{Progress, again};
use crate::store::part::Part;

impl Copying<'_> {
    /// Tells what is wrong with an evidence file, here or in the backup. Nothing is written.
    pub(super) fn held_against_its_name(
        &mut self,
        address: &Address,
        part: &Part,
        (from, to): (&Path, &Path),
    ) -> Result<(), StoreError> {
        let Some(name) = part.evidence() else { return Ok(()) };
        let number = &address.number;
        let there = self.files().size(to).is_ok();
        let here = self.hashed(from)?;
        let Some(said) = self.store.misnamed(address, part, &here) else {
            if there && younger(from, to) && self.hashed(to)? != name {
                let path = to.display();
                self.backed.not.push(format!(
                    "{number} {}: the backup's copy does not hold the bytes its name says, and the one here does; \
                     take {path} away, and back up again",
                    part.path()
                ));
            }
            return Ok(());
        };
        match there && self.hashed(to)? == name {
            true => self.backed.not.push(format!(
                "{number}: {said}; the backup keeps its good copy; casebook doctor -i {number}"
            )),
            false => self.backed.faults.push(format!("{number}: {said}")),
        }
        Ok(())
    }

    /// The SHA-256 of a file.
    fn hashed(&mut self, path: &Path) -> Result<String, StoreError> {
        let (store, watch, before) = (self.store, &mut self.watch, self.done);
        let read = again(&*store.files, path, &mut |size| {
            let done = before + size;
            watch(Progress { done, of: done })
        })?;
        self.done += read.size;
        Ok(read.sha256)
    }
}

/// Whether a file was written after its copy: it was put right since. Else the copy is believed by its size.
fn younger(file: &Path, copy: &Path) -> bool {
    let written = |path: &Path| std::fs::symlink_metadata(path).and_then(|about| about.modified()).ok();
    written(file) > written(copy)
}
