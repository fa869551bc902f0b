// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"

#include <QString>
#include <QStringList>
#include <QWidget>

#include <vector>

class QGridLayout;
class QLabel;

namespace widthwise::ui {

class ExperimentDocument;
class Field;

/// Everything of an experiment but its space, as a compact form over the document.
class SettingsForm : public QWidget {
    Q_OBJECT
public:
    SettingsForm(ExperimentDocument& document, QWidget* parent);

    void setReadOnly(bool readOnly);
    /// The field of a key of the file (`budget.trials`); null where the form has none.
    Field* field(const QString& key) const;

private:
    struct Setting {
        QString key = {};
        QString caption = {};
        QString help = {};
        QStringList options = {}; ///< where there is a list to choose from
        QStringList optionLabels = {};
        /// What holds where the file says nothing.
        QString (*standard)(const Experiment&) = nullptr;
        /// Whether the setting means anything for this experiment; null for always.
        bool (*applies)(const Experiment&) = nullptr;
        int stretch = 1;
    };
    struct Section {
        QString title;
        std::vector<Setting> settings;
        QLabel* problems = nullptr;
        std::vector<Field*> fields = {};
    };

    static std::vector<Section> sections();
    static std::vector<Setting> objectiveSettings();
    static std::vector<Setting> searchSettings();
    static std::vector<Setting> budgetSettings();
    static std::vector<Setting> resourceSettings();
    void addSection(Section& section, QGridLayout& layout, int row);
    Field* makeField(const Setting& setting, const QString& section);
    void refresh();
    void showProblems(const Section& section) const;

    ExperimentDocument& m_document;
    std::vector<Section> m_sections;
};

} // namespace widthwise::ui
