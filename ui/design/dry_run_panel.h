// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "core/store/experiments.h"

#include <QWidget>

#include <vector>

class QLabel;
class QPlainTextEdit;
class QToolButton;
class QVBoxLayout;

namespace widthwise::ui {

/// What a trial of the experiment would get: command line, config.json and environment, sample by sample; and
/// on a site with SLURM what sbatch would get.
class DryRunPanel : public QWidget {
    Q_OBJECT
public:
    explicit DryRunPanel(QWidget* parent = nullptr);

    /// Where the experiment and its trials lie.
    void setPlace(const ExperimentRecord& record, const QString& storeFile);
    void show(const Experiment& experiment, const std::vector<Configuration>& samples);
    /// In words why there is nothing to show.
    void showNothing(const QString& reason);

    int sample() const { return m_sample; }
    void setSample(int sample);
    QString command() const;
    QString config() const;
    QString environment() const;
    QString batchScript() const; ///< empty where the site has no SLURM
    QString brought() const;     ///< what goes along to a remote site; empty where nothing does

private:
    QPlainTextEdit* addBlock(QVBoxLayout& layout, const QString& title, int stretch);
    void makeBar(QVBoxLayout& layout);
    void refresh();
    void showTrial(const Trial& trial);
    void setBlocksVisible(bool visible);

    QLabel* m_title;
    QLabel* m_directory;
    QLabel* m_brought;
    QLabel* m_nothing;
    QWidget* m_blocks;
    QToolButton* m_previous;
    QToolButton* m_next;
    QPlainTextEdit* m_command;
    QPlainTextEdit* m_config;
    QPlainTextEdit* m_environment;
    QPlainTextEdit* m_batchScript;
    ExperimentRecord m_record;
    QString m_storeFile;
    Experiment m_experiment;
    std::vector<Configuration> m_samples;
    int m_sample = 0;
};

} // namespace widthwise::ui
