// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/design/value_list.h"

#include <QStringList>

namespace widthwise::ui {

namespace {

bool needsQuotes(const std::string& string)
{
    const Value read = valueFromText(string);
    const auto* same = std::get_if<std::string>(&read);
    return same == nullptr || *same != string || string.empty() ||
           string.find_first_of(",\"") != std::string::npos || string.front() == ' ' || string.back() == ' ';
}

/// The pieces between commas that stand outside quotes; a quoted piece keeps its opening quote as a mark.
QStringList pieces(const QString& text)
{
    QStringList result(QString{});
    bool quoted = false;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text[i];
        const bool escaped = quoted && c == u'\\' && i + 1 < text.size();
        if (escaped)
            result.last() += text[++i];
        else if (c == u'"' && !quoted && result.last().trimmed().isEmpty()) {
            quoted = true;
            result.last() = c;
        } else if (c == u'"' && quoted)
            quoted = false;
        else if (c == u',' && !quoted)
            result.append(QString{});
        else
            result.last() += c;
    }
    return result;
}

} // namespace

QString valueToText(const Value& value)
{
    const auto* string = std::get_if<std::string>(&value);
    if (string == nullptr || !needsQuotes(*string))
        return QString::fromStdString(toText(value));
    QString escaped = QString::fromStdString(*string);
    escaped.replace(u'\\', QStringLiteral("\\\\")).replace(u'"', QStringLiteral("\\\""));
    return u'"' + escaped + u'"';
}

QString valuesToText(const std::vector<Value>& values)
{
    QStringList texts;
    for (const Value& value : values)
        texts.append(valueToText(value));
    return texts.join(QStringLiteral(", "));
}

std::vector<Value> valuesFromText(const QString& text)
{
    std::vector<Value> values;
    for (const QString& piece : pieces(text)) {
        if (piece.startsWith(u'"'))
            values.emplace_back(piece.mid(1).toStdString());
        else if (const std::string plain = piece.trimmed().toStdString(); isTooLargeInteger(plain))
            values.emplace_back(plain); // as text it stays what it is
        else if (!plain.empty())
            values.push_back(valueFromText(plain));
    }
    return values;
}

} // namespace widthwise::ui
