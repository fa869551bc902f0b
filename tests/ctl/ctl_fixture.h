// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStringList>
#include <QTemporaryDir>

#include <memory>

namespace widthwise::ctl {

/// What came of one call of widthwisectl.
struct Answer {
    int code = -1; ///< -1 where it crashed or did not end
    QString output;
    QString errors;

    QJsonObject object() const { return QJsonDocument::fromJson(output.toUtf8()).object(); }
    QJsonArray array() const { return QJsonDocument::fromJson(output.toUtf8()).array(); }
};

/// widthwisectl with a store of its own. Ends everything that it started.
class CtlFixture {
public:
    CtlFixture();
    ~CtlFixture();

    QString folder() const { return m_folder.path(); }
    QString store() const { return folder() + QStringLiteral("/store.db"); }
    /// Writes a file into the folder and returns its path.
    QString write(const QString& name, const QByteArray& contents) const;
    /// An experiment over a shell command, written as NAME.yaml. `command` sees the value of the parameter as
    /// {x}.
    QString experiment(const QString& name, const QByteArray& command, int trials,
                       const QByteArray& more = {}) const;

    /// With --store; waits for the end.
    Answer call(const QStringList& arguments) const;
    /// On another store; empty: on the usual one, without --store.
    Answer callOn(const QString& store, const QStringList& arguments) const;
    /// With --store; goes on in the background.
    std::unique_ptr<QProcess> start(const QStringList& arguments) const;
    /// `show NAME --json`.
    QJsonObject show(const QString& name) const;
    /// How many of the experiment's trials are in the state.
    int count(const QString& name, const QString& state) const;

    void unset(const QString& variable) { m_environment.remove(variable); }
    void set(const QString& variable, const QString& value) { m_environment.insert(variable, value); }

private:
    std::unique_ptr<QProcess> begin(const QStringList& arguments) const;

    QTemporaryDir m_folder;
    QProcessEnvironment m_environment;
};

/// A trial that reports `loss` = x five times and takes about `seconds`.
QByteArray reports(double seconds);

} // namespace widthwise::ctl
