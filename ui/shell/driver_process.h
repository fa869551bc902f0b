// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

namespace widthwise::ui {

/// Starts drivers: `widthwisectl drive`, found beside this program, detached from it, so that a search goes
/// on when the desktop is closed.
class DriverProcess : public QObject {
    Q_OBJECT
public:
    explicit DriverProcess(const QString& storeFile, QObject* parent = nullptr);

    void start(const QString& experiment);

Q_SIGNALS:
    /// The driver could not be started, or ended at once. One sentence for a person.
    void failed(const QString& message);

private:
    void watch(qint64 pid, const QString& experiment, const QString& log);

    QString m_storeFile;
};

} // namespace widthwise::ui
