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

} // namespace

QString WholeLines::take(const QByteArray& bytes, bool afterGap)
{
    QByteArray text = afterGap ? bytes.mid(bytes.indexOf('\n') + 1) : m_rest + bytes;
    const auto whole = text.lastIndexOf('\n') + 1;
    m_rest = text.mid(whole);
    if (m_rest.size() > longestLine)
        m_rest.clear();
    return withoutOverwritten(QString::fromStdString(plainText({text.constData(), std::size_t(whole)})));
}

} // namespace widthwise::ui
