// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/jets/score_writer.h"

#include "core/analysis/discriminants.h"
#include "core/models/jet_layout.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace widthwise::trainer {

namespace {

/// What puma expects, and the field that salt's files have it in.
constexpr std::array<std::array<const char*, 2>, 2> kinematics{
    {{"pt", "pt_btagJes"}, {"eta", "eta_btagJes"}}};

struct NamedMember {
    std::string name;
    Hdf5Handle type;
    std::size_t from;
};

NamedMember memberOf(hid_t compound, const std::string& field, const std::string& name)
{
    const auto index = static_cast<unsigned>(H5Tget_member_index(compound, field.c_str()));
    return {name, Hdf5Handle(H5Tget_member_type(compound, index), H5Tclose),
            H5Tget_member_offset(compound, index)};
}

bool isNumber(hid_t type)
{
    const H5T_class_t kind = H5Tget_class(type);
    return kind == H5T_INTEGER || kind == H5T_FLOAT || kind == H5T_ENUM;
}

/// The numbers of the source's rows, and those that puma expects under another name.
std::vector<NamedMember> membersOf(const CompoundDataset& source)
{
    std::vector<NamedMember> members;
    const auto count = static_cast<unsigned>(H5Tget_nmembers(source.type()));
    for (unsigned i = 0; i < count; ++i) {
        char* text = H5Tget_member_name(source.type(), i);
        const std::string name = text;
        H5free_memory(text);
        members.push_back(memberOf(source.type(), name, name));
    }
    for (const auto& [name, field] : kinematics) {
        if (!source.has(name) && source.has(field)) {
            members.push_back(memberOf(source.type(), field, name));
        }
    }
    std::erase_if(members, [](const NamedMember& member) { return !isNumber(member.type.get()); });
    return members;
}

std::string scoreName(const std::string& model, const std::string& flavour)
{
    return model + "_p" + flavourStem(flavour);
}

} // namespace

ScoreWriter::ScoreWriter(const std::string& path, const std::string& source, const std::string& model,
                         const std::vector<std::string>& classes, std::size_t jets)
    : m_sourceFile(openHdf5(source)), m_source(m_sourceFile.get(), source, jetsDataset),
      m_classes(classes.size()), m_writer(path)
{
    m_jets = std::make_unique<RowDataset>(m_writer, jetsDataset, rowType(model, classes), jets);
    writeTexts(m_jets->id(), flavourLabelField, m_source.textAttribute(flavourLabelField));
}

Hdf5Handle ScoreWriter::rowType(const std::string& model, const std::vector<std::string>& classes)
{
    std::vector<NamedMember> members = membersOf(m_source);
    std::erase_if(members, [&](const NamedMember& member) {
        return std::ranges::any_of(
            classes, [&](const std::string& flavour) { return member.name == scoreName(model, flavour); });
    });
    for (const NamedMember& member : members) {
        m_members.push_back({member.from, m_scoresAt, H5Tget_size(member.type.get())});
        m_scoresAt += m_members.back().size;
    }
    m_stride = m_scoresAt + classes.size() * sizeof(float);
    Hdf5Handle type(H5Tcreate(H5T_COMPOUND, m_stride), H5Tclose);
    for (std::size_t i = 0; i < members.size(); ++i) {
        H5Tinsert(type.get(), members[i].name.c_str(), m_members[i].to, members[i].type.get());
    }
    for (std::size_t i = 0; i < classes.size(); ++i) {
        H5Tinsert(type.get(), scoreName(model, classes[i]).c_str(), m_scoresAt + i * sizeof(float),
                  H5T_NATIVE_FLOAT);
    }
    return type;
}

void ScoreWriter::write(const JetSample& sample, std::span<const float> probabilities)
{
    if (sample.size() == 0) {
        return;
    }
    const std::size_t first = sample.rows.front();
    m_source.read(first, sample.rows.back() - first + 1, m_sourceRows);
    m_rows.resize(sample.size() * m_stride);
    for (std::size_t jet = 0; jet < sample.size(); ++jet) {
        const std::byte* from = &m_sourceRows[(sample.rows[jet] - first) * m_source.stride()];
        std::byte* to = &m_rows[jet * m_stride];
        for (const Member& member : m_members) {
            std::memcpy(to + member.to, from + member.from, member.size);
        }
        std::memcpy(to + m_scoresAt, &probabilities[jet * m_classes], m_classes * sizeof(float));
    }
    m_jets->write(m_written, sample.size(), m_rows.data());
    m_written += sample.size();
}

void ScoreWriter::finish()
{
    m_jets.reset();
    m_writer.finish();
}

} // namespace widthwise::trainer
