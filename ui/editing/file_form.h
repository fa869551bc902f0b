// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/editing/yaml_document.h"

#include <QString>
#include <QStringList>
#include <QWidget>

#include <functional>
#include <utility>
#include <vector>

class QGridLayout;
class QLabel;

namespace widthwise::ui {

class Field;

/// (GCC 12 fails on a plain `{}` as the initializer of a template's member.)
inline QStringList noOptions()
{
    return {};
}

/// A setting of a form over a file, whose values are called as in the file; `Meaning` is what the file
/// describes.
template <class Meaning>
struct SettingOf {
    QString key = {};
    QString caption = {};
    QString help = {};
    QStringList options = noOptions(); ///< where there is a list to choose from
    /// What holds where the file says nothing.
    QString (*standard)(const Meaning&) = nullptr;
    /// Whether the setting means anything for this file; null for always.
    bool (*applies)(const Meaning&) = nullptr;
    int stretch = 1;
    /// In place of `options` where they change.
    QStringList (*choices)(const Meaning&) = nullptr;
    bool manyLines = false;
    bool isList = false; ///< of single values
    QString word = {};   ///< that may stand in place of the list, as a single value
    /// In place of `standard` and `applies` where the answer is looked up by the key.
    QString (*standardOf)(const Meaning&, const QString& key) = nullptr;
    bool (*appliesOf)(const Meaning&, const QString& key) = nullptr;
    /// What is set with it, as one step, where the file says nothing of it: key and value; the value may be
    /// empty. Null for nothing.
    std::pair<QString, QString> (*brings)(const Meaning&) = nullptr;
};
template <class Meaning>
struct SectionOf {
    QString title;
    std::vector<SettingOf<Meaning>> settings;
    /// What is chosen, in a sentence below the fields; null for nothing.
    QString (*note)(const Meaning&) = nullptr;
};

/// Values of a YAML file as a compact form over its document: sections of fields side by side, with what is
/// wrong in them below.
class FileForm : public QWidget {
    Q_OBJECT
public:
    void setReadOnly(bool readOnly);
    /// The field of a key of the file (`budget.trials`); null where the form has none.
    Field* field(const QString& key) const;
    /// The first field that has a problem; null where none has.
    Field* firstProblem() const;

protected:
    FileForm(YamlDocument& document, QWidget* parent);

    template <class Meaning>
    void addSections(const std::vector<SectionOf<Meaning>>& sections, std::function<const Meaning&()> meaning)
    {
        for (const SectionOf<Meaning>& section : sections) {
            std::vector<Setting> settings;
            for (const SettingOf<Meaning>& of : section.settings) {
                Setting setting{of.key,     of.caption,   of.help,   of.options,
                                of.stretch, of.manyLines, of.isList, of.word};
                if (of.standard)
                    setting.standard = [standard = of.standard, meaning] { return standard(meaning()); };
                if (of.applies)
                    setting.applies = [applies = of.applies, meaning] { return applies(meaning()); };
                if (of.standardOf)
                    setting.standard = [of, meaning] { return of.standardOf(meaning(), of.key); };
                if (of.appliesOf)
                    setting.applies = [of, meaning] { return of.appliesOf(meaning(), of.key); };
                if (of.brings)
                    setting.brings = [brings = of.brings, meaning] { return brings(meaning()); };
                if (of.choices)
                    setting.choices = [choices = of.choices, meaning] { return choices(meaning()); };
                settings.push_back(std::move(setting));
            }
            std::function<QString()> note;
            if (section.note)
                note = [note = section.note, meaning] { return note(meaning()); };
            addSection(section.title, std::move(settings), std::move(note));
        }
        refresh();
    }

private:
    struct Setting {
        QString key;
        QString caption;
        QString help;
        QStringList options;
        int stretch = 1;
        bool manyLines = false;
        bool isList = false;
        QString word = {};
        std::function<QString()> standard = {};
        std::function<bool()> applies = {};
        std::function<QStringList()> choices = {};
        std::function<std::pair<QString, QString>()> brings = {};
    };
    struct Section {
        QLabel* heading = nullptr;
        QLabel* problems = nullptr;
        QLabel* noteLabel = nullptr;
        std::vector<Setting> settings;
        std::function<QString()> note = {};
        std::vector<Field*> fields = {};
    };

    void addSection(const QString& title, std::vector<Setting> settings, std::function<QString()> note);
    QLabel* addBelow(int row);
    Field* makeField(const Setting& setting, const QString& section);
    QString set(const Setting& setting, const QString& text, const QString& label);
    QString setList(const Setting& setting, const QString& items, const QString& label);
    void revert();
    void refresh();
    void refreshField(const Setting& setting, Field& field) const;
    static QStringList parentsOf(const Section& section);
    void showProblems(const Section& section) const;

    YamlDocument& m_document;
    QGridLayout* m_layout;
    std::vector<Section> m_sections;
};

} // namespace widthwise::ui
