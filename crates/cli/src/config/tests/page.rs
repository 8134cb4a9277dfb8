//! That the documentation shows the settings as they are.

use super::*;
use crate::config::docs::tables;

const BEGIN: &str = "<!-- settings: made from the code -->\n";
const END: &str = "<!-- end of settings -->\n";

#[test]
fn the_page_has_the_tables_of_the_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = std::fs::read_to_string(root.join("docs/configuration.md")).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (there, after) = rest.split_once(END).unwrap();
    let wanted = format!("\n{}\n", tables());
    if there != wanted {
        std::fs::create_dir_all(root.join("target")).unwrap();
        std::fs::write(root.join("target/configuration.md"), [before, BEGIN, &wanted, END, after].concat())
            .unwrap();
        panic!(
            "docs/configuration.md is not that of the code; cp target/configuration.md docs/configuration.md"
        );
    }
}
