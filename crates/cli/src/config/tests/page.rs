//! That the documentation shows the settings as they are.

use super::*;
use crate::config::docs::tables;

const BEGIN: &str = "<!-- settings: made from the code -->\n";
const END: &str = "<!-- end of settings -->\n";

#[test]
fn the_pages_have_the_tables_of_the_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let wanted = format!("\n{}\n", tables());
    for page in ["docs/configuration.md", "README.md"] {
        let text = std::fs::read_to_string(root.join(page)).unwrap();
        let (before, rest) = text.split_once(BEGIN).unwrap();
        let (there, after) = rest.split_once(END).unwrap();
        if there != wanted {
            let made = Path::new("target").join(Path::new(page).file_name().unwrap());
            std::fs::create_dir_all(root.join("target")).unwrap();
            std::fs::write(root.join(&made), [before, BEGIN, &wanted, END, after].concat()).unwrap();
            panic!("{page} is not that of the code; cp {} {page}", made.display());
        }
    }
}
