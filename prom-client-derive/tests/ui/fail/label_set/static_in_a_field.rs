use prom_client::LabelSet;

#[derive(LabelSet)]
struct Labels {
    route: &'static str,
    method: std::borrow::Cow<'static, str>,
    code: u16,
}

fn main() {}
