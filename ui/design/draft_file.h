// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/experiment_files.h"

#include <QFileSystemWatcher>
#include <QObject>
#include <QString>

#include <optional>

namespace widthwise::ui {

class ExperimentDocument;

/// The file of a draft, beside the store that keeps every edit: it is written when a person saves, and what
/// another program does to it is noticed.
class DraftFile : public QObject {
    Q_OBJECT
public:
    enum class State {
        None,    ///< the draft has no file
        Saved,   ///< the file says what the draft says
        Behind,  ///< the draft was edited since
        Changed, ///< another program wrote into it
        Missing  ///< it is no longer there, or cannot be read
    };

    explicit DraftFile(ExperimentDocument& document, QObject* parent = nullptr);

    /// The draft's file as the store has it; none for what is no draft.
    void show(std::int64_t experiment, const std::optional<ExperimentSourceFile>& file);
    State state() const { return m_state; }
    /// Where the draft's text is, in words: "saved in the store, not yet in search.yaml".
    QString whereSaved() const;
    QString path() const { return m_file ? QString::fromStdString(m_file->path) : QString(); }
    /// Looks at the file on disk again.
    void check();

    /// Writes the draft into its file unless another program changed that. Returns in words why it could not.
    QString save();
    /// Writes the draft into a file that is its own from now on. Returns in words why it could not.
    QString saveAs(const QString& path);
    /// Takes what the file says into the draft, as one step of its history.
    void reload();
    /// The draft goes on as it is; the next save writes over the file.
    void keepMine();

Q_SIGNALS:
    void stateChanged();
    /// The store is to know this of the file.
    void fileChanged(qint64 experiment, const widthwise::ExperimentSourceFile& file);

private:
    void take(const ExperimentSourceFile& file);
    void watch();
    void update();

    ExperimentDocument& m_document;
    QFileSystemWatcher m_watcher;
    std::int64_t m_experiment = 0;
    std::optional<ExperimentSourceFile> m_stored; ///< what the store said last
    std::optional<ExperimentSourceFile> m_file;
    std::optional<QString> m_onDisk; ///< what the file says now
    State m_state = State::None;
};

/// Writes `text` into the file as a whole or not at all. Returns in words why it could not.
QString writeText(const QString& path, const QString& text);

} // namespace widthwise::ui
