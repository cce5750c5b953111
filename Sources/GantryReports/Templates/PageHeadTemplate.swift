/// What every page begins with: no script and no foreign source, and no word to search engines or other sites.
enum PageHeadTemplate {
    static let section = """
        <!DOCTYPE html>
        <html lang="{{language}}">
        <head>
        <meta charset="utf-8"/>
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src \
        '{{cssDigest}}'; base-uri 'none'; form-action 'none'"/>
        {{#.refreshSeconds}}
        <meta http-equiv="refresh" content="{{.}}"/>
        {{/.refreshSeconds}}
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="referrer" content="no-referrer"/>
        <meta name="robots" content="noindex"/>
        <title>{{title}}</title>
        <style>{{{css}}}</style>
        </head>
        <body>
        <main>
        """
}
