// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/ui/design/sample_text.h"
#include "tests/ui/test_store.h"
#include "ui/design/design_page.h"
#include "ui/design/parameter_card.h"
#include "ui/design/parameter_list.h"
#include "ui/design/settings_form.h"
#include "ui/editing/field.h"
#include "ui/editing/problem_list.h"
#include "ui/editing/yaml_editor.h"

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QTest>

namespace widthwise::ui {

inline ExperimentRecord draft(const QString& text = sampleText())
{
    ExperimentRecord record;
    record.id = 77;
    record.name = "sample";
    record.yaml = text.toStdString();
    record.baseDirectory = "/data";
    return record;
}

/// The page on a record, shown, over a store of its own.
struct DesignFixture {
    explicit DesignFixture(const ExperimentRecord& record = draft())
    {
        page.resize(1200, 900);
        page.showExperiment(record);
        page.show();
        QApplication::setActiveWindow(&page);
        [[maybe_unused]] const bool active = QTest::qWaitForWindowActive(&page);
        list = page.findChild<ParameterList*>();
        form = page.findChild<SettingsForm*>();
        editor = page.findChild<YamlEditor*>();
    }

    QLineEdit& line(int row, ParameterField field) const
    {
        return *static_cast<TextField&>(list->card(row)->field(field)).editor();
    }
    QLineEdit& line(const char* key) const
    {
        return *static_cast<TextField*>(form->field(QString::fromUtf8(key)))->editor();
    }
    QString text() const { return editor->toPlainText(); }
    QString status() const { return page.findChild<QLabel*>(QStringLiteral("designStatus"))->text(); }
    /// All that the list of problems says.
    QString problems() const
    {
        const QAbstractItemModel* model = page.findChild<ProblemList*>()->model();
        QStringList lines;
        for (int row = 0; row < model->rowCount(); ++row)
            lines.append(model->index(row, 0).data().toString());
        return lines.join(u'\n');
    }

    TestStore store;
    StoreClient client{store.file()};
    DesignPage page{client};
    ParameterList* list;
    SettingsForm* form;
    YamlEditor* editor;
};

inline void overwrite(QLineEdit& line, const char* text)
{
    line.setFocus();
    line.selectAll();
    QTest::keyClicks(&line, QString::fromUtf8(text));
}

inline void choose(Field& field, const char* value)
{
    QComboBox& combo = *static_cast<ChoiceField&>(field).editor();
    const int index = combo.findData(QString::fromUtf8(value));
    combo.setCurrentIndex(index);
    Q_EMIT combo.activated(index);
}

} // namespace widthwise::ui
