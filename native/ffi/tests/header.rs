//! The checked-in header is what the source says. `TOLLGATE_UPDATE_HEADER=1 cargo test -p tollgate-ffi` writes it anew.

use std::path::Path;

#[test]
fn the_header_is_the_one_the_source_makes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = cbindgen::Config::from_file(root.join("cbindgen.toml")).unwrap();
    let mut made = Vec::new();
    cbindgen::Builder::new().with_crate(root).with_config(config).generate().unwrap().write(&mut made);
    let made = String::from_utf8(made).unwrap();
    let path = root.join("include/tollgate.h");
    if std::env::var_os("TOLLGATE_UPDATE_HEADER").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let checked_in = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        checked_in == made,
        "the ABI changed: raise TOLLGATE_ABI_VERSION here and in the loader, then write the header anew"
    );
}
