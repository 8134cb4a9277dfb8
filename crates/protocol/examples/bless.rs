//! Writes the golden files in `samples/` anew: `cargo run -p headcount-protocol --example bless`.
//!
//! Look at the difference before committing it: every byte of it is what existing clients will see. Samples of
//! what clients send are written by hand and left alone.

#[path = "../tests/samples/golden/mod.rs"]
mod golden;

fn main() -> std::io::Result<()> {
    for sample in golden::samples() {
        let path = golden::folder().join(&sample.path);
        std::fs::write(&path, sample.json + "\n")?;
    }
    Ok(())
}
