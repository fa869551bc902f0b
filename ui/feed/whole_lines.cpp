// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/feed/whole_lines.h"

#include "core/launch/plain_text.h"

#include <QStringList>

namespace widthwise::ui {

namespace {

constexpr qsizetype longestLine = 64 * 1024;

QString withoutOverwritten(const QString& text)
{
    if (!text.contains(QLatin1Char('\r')))
        return text;
    QStringList lines = text.split(QLatin1Char('\n'));
    for (QString& line : lines) {
        while (line.endsWith(QLatin1Char('\r')))
            line.chop(1);
        line = line.mid(line.lastIndexOf(QLatin1Char('\r')) + 1);
    }
    return lines.join(QLatin1Char('\n'));
}

/// Without the beginning of a character whose other bytes are still to come.
QByteArray wholeCharacters(QByteArray bytes)
{
    const auto isTrailing = [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U; };
    qsizetype lead = bytes.size() - 1;
    while (lead > 0 && bytes.size() - lead < 4 && isTrailing(bytes.at(lead)))
        --lead;
    const auto first = static_cast<unsigned char>(lead >= 0 ? bytes.at(lead) : 0);
    const int length = first >= 0xf0U ? 4 : first >= 0xe0U ? 3 : first >= 0xc0U ? 2 : 1;
    if (lead >= 0 && bytes.size() - lead < length)
        bytes.truncate(lead);
    return bytes;
}

QString shownText(const QByteArray& bytes)
{
    return withoutOverwritten(
        QString::fromStdString(plainText({bytes.constData(), std::size_t(bytes.size())})));
}

} // namespace

QString WholeLines::take(const QByteArray& bytes, bool afterGap)
{
    QByteArray text = afterGap ? bytes.mid(bytes.indexOf('\n') + 1) : m_rest + bytes;
    const auto whole = text.lastIndexOf('\n') + 1;
    m_rest = text.mid(whole);
    if (m_rest.size() > longestLine) // of what is overwritten in place the end will do
        m_rest = m_rest.mid(m_rest.lastIndexOf('\r', -2) + 1);
    if (m_rest.size() > longestLine)
        m_rest.clear();
    return shownText(text.left(whole));
}

QString WholeLines::rest() const
{
    return shownText(wholeCharacters(m_rest));
}

} // namespace widthwise::ui
