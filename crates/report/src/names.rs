//! What languages are called.

use isolang::Language;

/// The English name of a tag's language, with what follows it in the tag (`Portuguese (BR)`), and its own name; the tag
/// itself where the language has no name here.
pub(crate) fn of(tag: &str) -> (String, Option<String>) {
    let (language, rest) = tag.split_once('-').map_or((tag, None), |(language, rest)| (language, Some(rest)));
    match tag {
        "unknown" => return ("Language not given".to_owned(), None),
        "other" => return ("Other languages".to_owned(), None),
        _ => {}
    }
    let Some(found) = Language::from_639_1(language).or_else(|| Language::from_639_3(language)) else {
        return (tag.to_owned(), None);
    };
    let english = match rest {
        Some(rest) => format!("{} ({rest})", found.to_name()),
        None => found.to_name().to_owned(),
    };
    (english, found.to_autonym().map(str::to_owned))
}
