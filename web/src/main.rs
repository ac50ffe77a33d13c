//! The page.

fn main() {
    pilothouse_web::components::show();
}
