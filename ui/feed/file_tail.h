// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <QThread>

namespace widthwise::ui {

/// Follows the end of a growing text file, and whether it is there, in a thread of its own.
class FileTail : public QObject {
    Q_OBJECT
public:
    explicit FileTail(QObject* parent = nullptr);
    ~FileTail() override;

    enum class Place { There, NoFile, NoFolder };

    /// Starts with the last 64 KiB of the file, which may come to exist later; an empty path follows nothing.
    void follow(const QString& path);

Q_SIGNALS:
    /// The file that was asked for begins (again): forget what came before.
    void started(const QString& path);
    /// More of it: lines that end, and the line under way so far, which replaces what was told of it before.
    /// Where a line was overwritten in place (\r) only what it became last.
    void appended(const QString& text, const QString& rest);
    /// Told after started(), and where it changes.
    void foundAt(widthwise::ui::FileTail::Place place);

private:
    class Worker;
    QThread m_thread;
    Worker* m_worker; ///< lives in m_thread, which deletes it
};

} // namespace widthwise::ui
