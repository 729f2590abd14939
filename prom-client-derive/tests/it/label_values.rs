//! `#[derive(LabelValue)]` and `#[derive(State)]`.

use prom_client::{LabelValue, State};

fn text(value: &impl LabelValue) -> String {
    let mut text = String::new();
    value.visit(&mut |shown: &str| text.push_str(shown));
    text
}

/// Each value is its text, reads back, and has a number of its own.
fn check<V: for<'a> LabelValue<Of<'a> = V> + PartialEq + std::fmt::Debug>(
    values: impl IntoIterator<Item = (V, &'static str)>,
) {
    let mut count = 0;
    for (i, (value, expected)) in values.into_iter().enumerate() {
        assert_eq!(text(&value), expected);
        assert_eq!(value.index(), i);
        assert_eq!(V::parse(expected), Some(value));
        count += 1;
    }
    assert_eq!(V::COUNT, count);
}

#[derive(LabelValue, Debug, PartialEq)]
enum Backend {
    Postgres,
    #[label(rename = "redis")]
    RedisV7,
    ReadReplica,
}

#[test]
fn variants_are_in_snake_case_unless_they_are_renamed() {
    check([
        (Backend::Postgres, "postgres"),
        (Backend::RedisV7, "redis"),
        (Backend::ReadReplica, "read_replica"),
    ]);
    assert_eq!(Backend::parse("mysql"), None);
}

#[test]
fn rename_all_knows_the_rules_of_serde() {
    macro_rules! rule {
        ($rule:literal, $text:literal) => {{
            #[derive(LabelValue, Debug, PartialEq)]
            #[label(rename_all = $rule)]
            enum One {
                TwoWords,
            }
            check([(One::TwoWords, $text)]);
        }};
    }
    rule!("lowercase", "twowords");
    rule!("UPPERCASE", "TWOWORDS");
    rule!("PascalCase", "TwoWords");
    rule!("camelCase", "twoWords");
    rule!("snake_case", "two_words");
    rule!("SCREAMING_SNAKE_CASE", "TWO_WORDS");
    rule!("kebab-case", "two-words");
    rule!("SCREAMING-KEBAB-CASE", "TWO-WORDS");
}

#[derive(LabelValue, Debug, PartialEq)]
#[label(numeric)]
enum Status {
    Ok = 200,
    NotFound = 404,
    Strange = -1,
    #[label(rename = "5xx")]
    Server,
}

#[test]
fn numeric_values_are_their_numbers() {
    check([
        (Status::Ok, "200"),
        (Status::NotFound, "404"),
        (Status::Strange, "-1"),
        (Status::Server, "5xx"),
    ]);
}

#[derive(LabelValue, Debug, PartialEq)]
#[label(rename_all = "UPPERCASE")]
enum Method {
    Get,
    Post,
    #[label(other, rename = "_OTHER")]
    Other,
}

#[test]
fn the_other_variant_stands_for_all_that_no_other_has() {
    check([(Method::Get, "GET"), (Method::Post, "POST"), (Method::Other, "_OTHER")]);
    assert_eq!(Method::parse("BREW"), Some(Method::Other));
}

#[derive(LabelValue, Debug, PartialEq)]
#[expect(non_camel_case_types, reason = "a raw identifier")]
enum Keyword {
    r#type,
}

#[test]
fn raw_identifiers_are_the_words_that_they_are() {
    check([(Keyword::r#type, "type")]);
}

#[derive(State, LabelValue, Clone, Copy, Debug, PartialEq)]
#[label(rename_all = "kebab-case")]
enum Circuit {
    Closed,
    HalfOpen,
    #[label(rename = "broken")]
    Open,
}

#[test]
fn states_have_the_names_that_they_have_as_labels() {
    assert_eq!(Circuit::ALL, [Circuit::Closed, Circuit::HalfOpen, Circuit::Open]);
    assert_eq!(Circuit::NAMES, ["closed", "half-open", "broken"]);
    check(Circuit::ALL.iter().copied().zip(Circuit::NAMES.iter().copied()));
}

macro_rules! codes {
    ($($name:ident = $number:literal),*) => {
        #[derive(LabelValue, Clone, Copy, Debug, PartialEq)]
        #[label(numeric)]
        enum OfAMacro {
            $($name = $number),*
        }
    };
}
codes!(Fine = 200, Lost = -1);

#[test]
fn numbers_may_come_from_a_macro() {
    assert_eq!(OfAMacro::parse("200"), Some(OfAMacro::Fine));
    assert_eq!(OfAMacro::parse("-1"), Some(OfAMacro::Lost));
}
