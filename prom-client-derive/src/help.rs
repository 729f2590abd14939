//! The help of a metric: the first paragraph of its doc comment.

use syn::{Attribute, Meta};

use crate::options::string;

/// The first paragraph of a doc comment in one line, if there is one that says something.
pub(crate) fn of(attributes: &[Attribute]) -> Option<String> {
    // As lines, each with its end: the attribute of an empty one has an empty string.
    let mut text = String::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        if let Meta::NameValue(doc) = &attribute.meta {
            // What a macro makes cannot be read here.
            text.push_str(&string(&doc.value)?.value());
            text.push('\n');
        }
    }
    let is_empty = |line: &&str| line.trim().is_empty();
    let paragraph = text.lines().skip_while(is_empty).take_while(|line| !is_empty(line));
    let words: Vec<&str> = paragraph.flat_map(str::split_whitespace).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_paragraph_is_the_help_however_it_is_broken() {
        let help = |item: &str| {
            let item: syn::ItemStruct = syn::parse_str(item).expect("an item");
            of(&item.attrs)
        };
        assert_eq!(help("/// A  b\n/// c.\n///\n/// More.\nstruct X;").as_deref(), Some("A b c."));
        assert_eq!(help("/** \n A\n b.\n\n More. */ struct X;").as_deref(), Some("A b."));
        assert_eq!(help("///\n/// A.\nstruct X;").as_deref(), Some("A."));
        assert_eq!(help("///\nstruct X;"), None);
        assert_eq!(help("#[doc(hidden)] struct X;"), None);
    }
}
