// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/editing/yaml_document.h"

namespace widthwise::ui {

/// An experiment while it is being designed.
class ExperimentDocument : public YamlDocument {
    Q_OBJECT
public:
    explicit ExperimentDocument(QObject* parent = nullptr);

    /// What relative paths in the text are relative to, from the next reading on. Empty: what the trainer
    /// would refuse is no problem, as of an experiment that has started.
    void setFolder(const std::string& folder) { m_folder = folder; }

    /// What the text says. While the text is not YAML at all this is what it said before; see isReadable.
    const Experiment& experiment() const { return m_experiment; }
    /// Changes only what differs in the space. Steps in a row with the same non-empty `field` become one.
    /// Returns in words why not, or an empty text.
    QString setSpace(const SearchSpace& space, const QString& label, const QString& field = {});

protected:
    Reading parse(const std::string& text) override;
    void forget() override { m_experiment = {}; }

private:
    Experiment m_experiment;
    std::string m_folder;
};

} // namespace widthwise::ui
