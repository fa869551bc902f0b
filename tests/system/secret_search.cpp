// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/system/secret_search.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>

#include <algorithm>

namespace widthwise {

namespace {

constexpr qsizetype base64Group = 3; ///< bytes that become four characters

QByteArray contentsOf(const QString& path)
{
    QFile file(path);
    return file.open(QFile::ReadOnly) ? file.readAll() : QByteArray();
}

/// The characters that only the secret decides, where `before` bytes stand before it in its group.
QByteArray base64Within(const QByteArray& secret, qsizetype before)
{
    const qsizetype whole = (before + secret.size()) / base64Group * 4;
    const QByteArray text = (QByteArray(before, 'x') + secret).toBase64();
    const qsizetype first = before == 0 ? 0 : before + 1;
    return text.mid(first, whole - first);
}

} // namespace

SecretSearch::SecretSearch(const QStringList& secrets)
{
    for (const QString& secret : secrets) {
        const QByteArray plain = secret.toUtf8();
        m_patterns.insert(m_patterns.end(),
                          {plain, plain.toHex(), plain.toHex().toUpper(),
                           QByteArray(reinterpret_cast<const char*>(secret.utf16()), 2 * secret.size())});
        for (qsizetype before = 0; before < base64Group; ++before)
            m_patterns.push_back(base64Within(plain, before));
    }
}

bool SecretSearch::isIn(const QByteArray& bytes) const
{
    return std::ranges::any_of(m_patterns,
                               [&](const QByteArray& pattern) { return bytes.contains(pattern); });
}

QStringList SecretSearch::files(const QString& folder, const QStringList& allowed) const
{
    QStringList found;
    QDirIterator next(folder, QDir::Files | QDir::Hidden | QDir::System, QDirIterator::Subdirectories);
    while (next.hasNext())
        if (const QString path = next.next();
            next.fileInfo().isFile() && !allowed.contains(path) && isIn(contentsOf(path)))
            found.append(path);
    return found;
}

QStringList SecretSearch::processes() const
{
    QStringList found;
    for (const QString& entry : QDir(QStringLiteral("/proc")).entryList(QDir::Dirs))
        for (const char* what : {"cmdline", "environ"}) {
            const QString path = QStringLiteral("/proc/%1/%2").arg(entry, QString::fromLatin1(what));
            if (isIn(contentsOf(path)))
                found.append(path + QLatin1Char(' ') +
                             QString::fromUtf8(contentsOf(QStringLiteral("/proc/%1/comm").arg(entry))));
        }
    return found;
}

} // namespace widthwise
