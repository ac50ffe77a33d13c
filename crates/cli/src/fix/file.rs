//! A file is replaced as a whole: the new text is written beside it and takes its name, so that it is never half there.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::Path,
};

use crate::input::plain;

/// Replaces the text of a file that holds `old`; its permissions stay.
pub(super) fn replace(path: &Path, old: &str, new: &str) -> Result<(), String> {
    write(path, old, new).map_err(|error| plain(&error))
}

fn write(path: &Path, old: &str, new: &str) -> io::Result<()> {
    // A link stays one: what it leads to is replaced.
    let path = fs::canonicalize(path)?;
    let metadata = fs::metadata(&path)?;
    if metadata.permissions().readonly() {
        return Err(io::Error::other("it is write-protected"));
    }
    OpenOptions::new().write(true).open(&path)?;
    if fs::read(&path)? != old.as_bytes() {
        return Err(io::Error::other("it was changed in the meantime"));
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut beside = tempfile::Builder::new().prefix(".pilothouse-").tempfile_in(folder)?;
    beside.write_all(new.as_bytes())?;
    beside.as_file().set_permissions(metadata.permissions())?;
    beside.as_file().sync_all()?;
    beside.persist(&path)?;
    Ok(())
}
