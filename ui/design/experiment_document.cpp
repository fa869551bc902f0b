// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/design/experiment_document.h"

#include "core/site/experiment_check.h"
#include "ui/design/space_text.h"

#include <utility>

namespace widthwise::ui {

ExperimentDocument::ExperimentDocument(QObject* parent) : YamlDocument(parent)
{
    read();
}

QString ExperimentDocument::setSpace(const SearchSpace& space, const QString& label, const QString& field)
{
    return attempt([&] {
        push(QString::fromStdString(withSpaceChanged(text().toStdString(), m_experiment.space, space)), label,
             field);
    });
}

ExperimentDocument::Reading ExperimentDocument::parse(const std::string& text)
{
    ExperimentReading reading =
        m_folder.empty() ? readExperiment(text) : checkExperimentFile(text, m_folder).reading;
    const bool readable = reading.experiment.has_value();
    if (readable)
        m_experiment = std::move(*reading.experiment);
    return {std::move(reading.problems), readable};
}

} // namespace widthwise::ui
