// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/design/draft_file.h"

#include "ui/design/experiment_document.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include <utility>

namespace widthwise::ui {

namespace {

/// With the line ends of a document.
QString asDocument(QString text)
{
    return text.replace(QStringLiteral("\r\n"), QStringLiteral("\n")).replace(u'\r', u'\n');
}

std::optional<QString> readText(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    return QString::fromUtf8(file.readAll());
}

} // namespace

QString writeText(const QString& path, const QString& text)
{
    QSaveFile file(path);
    file.setDirectWriteFallback(true); // where the folder takes no new file
    const QByteArray bytes = text.toUtf8();
    if (file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit())
        return {};
    return DraftFile::tr("%1 could not be written: %2")
        .arg(QDir::toNativeSeparators(path), file.errorString());
}

DraftFile::DraftFile(ExperimentDocument& document, QObject* parent) : QObject(parent), m_document(document)
{
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, &DraftFile::check);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, &DraftFile::check);
    connect(&document, &ExperimentDocument::reread, this, &DraftFile::update);
}

QString DraftFile::whereSaved() const
{
    const QString name = QFileInfo(path()).fileName();
    switch (m_state) {
    case State::None:
        return tr("saved in the store");
    case State::Saved:
        return tr("saved in %1").arg(name);
    case State::Behind:
        return tr("saved in the store, not yet in %1").arg(name);
    case State::Changed:
        return tr("saved in the store; %1 differs").arg(name);
    case State::Missing:
        return tr("saved in the store; %1 is missing").arg(name);
    }
    return {};
}

/// The store lags behind what was written here: only news from it counts.
void DraftFile::show(std::int64_t experiment, const std::optional<ExperimentSourceFile>& file)
{
    if (std::exchange(m_experiment, experiment) == experiment && m_stored == file)
        return;
    m_stored = file;
    m_file = file;
    check();
}

void DraftFile::check()
{
    m_onDisk = m_file ? readText(path()) : std::nullopt;
    watch();
    update();
}

/// The folder as well, for many programs write a new file in the place of the old one.
void DraftFile::watch()
{
    const QStringList watched = m_watcher.files() + m_watcher.directories();
    QStringList wanted;
    if (m_file)
        for (const QString& place : {path(), QFileInfo(path()).absolutePath()})
            if (QFileInfo::exists(place))
                wanted.append(place);
    for (const QString& place : watched)
        if (!wanted.contains(place))
            m_watcher.removePath(place);
    for (const QString& place : std::as_const(wanted))
        if (!watched.contains(place))
            m_watcher.addPath(place);
}

void DraftFile::update()
{
    State state = State::None;
    if (m_file && !m_onDisk)
        state = State::Missing;
    else if (m_file && asDocument(*m_onDisk) == m_document.text())
        state = State::Saved;
    else if (m_file && asDocument(*m_onDisk) == asDocument(QString::fromStdString(m_file->text)))
        state = State::Behind;
    else if (m_file)
        state = State::Changed;
    if (std::exchange(m_state, state) != state)
        Q_EMIT stateChanged();
    if (m_state == State::Saved && m_onDisk->toStdString() != m_file->text)
        take({m_file->path, m_onDisk->toStdString()}); // the other program wrote the same
}

void DraftFile::take(const ExperimentSourceFile& file)
{
    m_file = file;
    Q_EMIT fileChanged(m_experiment, file);
    check();
}

QString DraftFile::save()
{
    check();
    if (m_state == State::Changed)
        return tr("%1 was changed by another program and was not written over.")
            .arg(QDir::toNativeSeparators(path()));
    return m_state == State::Saved ? QString() : saveAs(path());
}

/// A file keeps its line ends.
QString DraftFile::saveAs(const QString& path)
{
    QString text = m_document.text();
    if (readText(path).value_or(QString()).contains(QStringLiteral("\r\n")))
        text.replace(u'\n', QStringLiteral("\r\n"));
    const QString problem = writeText(path, text);
    if (problem.isEmpty())
        take({path.toStdString(), text.toStdString()});
    return problem;
}

void DraftFile::reload()
{
    check();
    if (!m_onDisk)
        return;
    m_document.replaceText(asDocument(*m_onDisk), tr("Reload %1").arg(QFileInfo(path()).fileName()));
    take({m_file->path, m_onDisk->toStdString()});
}

void DraftFile::keepMine()
{
    check();
    if (m_onDisk)
        take({m_file->path, m_onDisk->toStdString()});
}

} // namespace widthwise::ui
