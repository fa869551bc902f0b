// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/sites/site_file.h"

#include "core/host/host.h"

#include <QFile>

namespace widthwise::ui {

namespace {

constexpr int pause = 300; ///< milliseconds without an edit before it is saved

} // namespace

SiteFile::SiteFile(SiteDocument& document, QObject* parent) : QObject(parent), m_document(document)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(pause);
    connect(&m_timer, &QTimer::timeout, this, &SiteFile::flush);
    connect(&document, &SiteDocument::edited, this, [this] {
        m_timer.start();
        Q_EMIT savedChanged(false);
    });
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, &SiteFile::reread);
}

QString SiteFile::path() const
{
    return QString::fromStdString(siteFile(m_name.toStdString()));
}

void SiteFile::open(const QString& name)
{
    flush();
    m_name = name;
    m_document.setName(name);
    QFile file(path());
    m_stored = file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    m_document.load(m_stored);
    watch();
    Q_EMIT savedChanged(true);
}

/// The watcher loses a file that another took the place of by its name.
void SiteFile::watch()
{
    if (const QStringList files = m_watcher.files(); !files.isEmpty())
        m_watcher.removePaths(files);
    if (!m_name.isEmpty() && QFile::exists(path()))
        m_watcher.addPath(path());
}

void SiteFile::reread()
{
    QFile file(path());
    if (!file.open(QIODevice::ReadOnly))
        return;
    const QString text = QString::fromUtf8(file.readAll());
    watch();
    if (text == m_stored)
        return;
    m_stored = text;
    m_document.replaceText(text, tr("Change made elsewhere"));
    m_timer.stop();
    Q_EMIT savedChanged(true);
}

bool SiteFile::rename(const QString& name)
{
    flush();
    if (!QFile::rename(path(), QString::fromStdString(siteFile(name.toStdString())))) {
        Q_EMIT failed(tr("%1 cannot be called %2.").arg(path(), name));
        return false;
    }
    m_name = name;
    m_document.setName(name);
    watch();
    return true;
}

void SiteFile::remove()
{
    m_timer.stop();
    const QString file = path();
    m_name.clear();
    watch();
    if (!QFile::remove(file))
        Q_EMIT failed(tr("%1 cannot be deleted.").arg(file));
}

void SiteFile::flush()
{
    if (m_name.isEmpty() || (!m_timer.isActive() && sender() != &m_timer))
        return;
    m_timer.stop();
    m_stored = m_document.text();
    try {
        writeSiteFile(m_name.toStdString(), m_stored.toStdString());
    } catch (const HostError& error) {
        Q_EMIT failed(QString::fromUtf8(error.what()));
    }
    watch();
    Q_EMIT savedChanged(true);
}

} // namespace widthwise::ui
