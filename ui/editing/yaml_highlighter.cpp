// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/editing/yaml_highlighter.h"

#include "ui/theme/theme.h"

#include <QRegularExpression>

namespace widthwise::ui {

namespace {

/// Where a comment begins: a `#` outside quotes at the start or after a space; the text's length if nowhere.
qsizetype commentStart(const QString& text)
{
    QChar quote;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text[i];
        if (quote.isNull() && c == u'#' && (i == 0 || text[i - 1].isSpace()))
            return i;
        if (c == quote)
            quote = {};
        else if (quote.isNull() && (c == u'"' || c == u'\''))
            quote = c;
    }
    return text.size();
}

} // namespace

YamlHighlighter::YamlHighlighter(QTextDocument* document) : QSyntaxHighlighter(document)
{
    connect(&Theme::instance(), &Theme::changed, this, &QSyntaxHighlighter::rehighlight);
}

void YamlHighlighter::highlightBlock(const QString& text)
{
    static const QRegularExpression key(QStringLiteral(R"((?:^\s*(?:- )?|[{,]\s*)([\w./-]+)(?=:(?:\s|$)))"));
    const Theme& theme = Theme::instance();
    const qsizetype comment = commentStart(text);
    auto matches = key.globalMatch(text);
    while (matches.hasNext()) {
        const QRegularExpressionMatch match = matches.next();
        if (match.capturedStart(1) < comment)
            setFormat(static_cast<int>(match.capturedStart(1)), static_cast<int>(match.capturedLength(1)),
                      theme.color(Tone::Accent));
    }
    setFormat(static_cast<int>(comment), static_cast<int>(text.size() - comment), theme.color(Tone::Muted));
}

} // namespace widthwise::ui
