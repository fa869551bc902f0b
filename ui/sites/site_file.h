// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/sites/site_document.h"

#include <QFileSystemWatcher>
#include <QTimer>

namespace widthwise::ui {

/// Keeps a document and a file of the sites folder the same: what is edited is saved a moment later, and what
/// was changed elsewhere is taken over.
class SiteFile : public QObject {
    Q_OBJECT
public:
    explicit SiteFile(SiteDocument& document, QObject* parent = nullptr);

    /// The site to edit.
    void open(const QString& name);
    QString name() const { return m_name; }
    /// Gives the file another name; what was edited is saved.
    bool rename(const QString& name);
    /// Deletes the file and forgets it.
    void remove();
    /// Saves at once what is not saved yet.
    void flush();
    bool isSaved() const { return !m_timer.isActive(); }

Q_SIGNALS:
    void savedChanged(bool saved);
    /// One sentence for a person.
    void failed(const QString& message);

private:
    QString path() const;
    void reread();
    void watch();

    SiteDocument& m_document;
    QFileSystemWatcher m_watcher;
    QTimer m_timer;
    QString m_name; ///< empty: none
    QString m_stored;
};

} // namespace widthwise::ui
